/** The packaged sensor as a process of its own, beside real Samba in network namespaces. */
@org.jspecify.annotations.NullMarked
package dev.tap445.netns;
