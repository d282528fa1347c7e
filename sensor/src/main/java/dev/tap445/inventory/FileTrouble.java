package dev.tap445.inventory;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Why a file cannot be used, in words: the JDK's message is its name. */
public final class FileTrouble {
    private FileTrouble() {}

    public static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException none -> "there is no such file or directory";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException taken -> "not a directory";
            case CharacterCodingException coding -> "not UTF-8";
            case FileSystemException other ->
                Objects.requireNonNullElse(other.getReason(), String.valueOf(other.getMessage()));
            default -> String.valueOf(e.getMessage());
        };
    }
}
