/* What plain C on libpcap costs for the least that the sensor does: reads packets, counts SYNs and SMB1 NEGOTIATE
 * requests of untagged IPv4, keeps nothing. bin/bench builds it where there is a compiler and libpcap's headers.
 *
 *   reference FILE
 *   reference INTERFACE BUFFER_MIB     until standard input ends
 *
 * One line: packets, bytes, SYNs, negotiates, CPU seconds; live also what libpcap received and dropped. */
#include <fcntl.h>
#include <pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ETHERNET = 14, IPV4_LEAST = 20, TCP_LEAST = 20, SYN = 0x02, ACK = 0x10, SMB1_NEGOTIATE = 0x72, REPLY = 0x80 };

struct counts {
    unsigned long packets, bytes, syns, negotiates;
};

static void look(u_char *user, const struct pcap_pkthdr *header, const u_char *frame) {
    struct counts *counts = (struct counts *)user;
    counts->packets++;
    counts->bytes += header->caplen;
    if (header->caplen < ETHERNET + IPV4_LEAST + TCP_LEAST || frame[12] != 0x08 || frame[13] != 0x00) return;
    const u_char *ip = frame + ETHERNET;
    if (ip[0] >> 4 != 4 || ip[9] != 6) return;
    const u_char *end = frame + header->caplen;
    const u_char *tcp = ip + (ip[0] & 0x0f) * 4;
    if (tcp + TCP_LEAST > end) return;
    if ((tcp[13] & (SYN | ACK)) == SYN) counts->syns++;
    const u_char *smb = tcp + (tcp[12] >> 4) * 4 + 4;
    if (smb + 10 <= end && memcmp(smb, "\xffSMB", 4) == 0 && smb[4] == SMB1_NEGOTIATE && !(smb[9] & REPLY))
        counts->negotiates++;
}

static pcap_t *open_live(const char *device, int buffer_mib) {
    char why[PCAP_ERRBUF_SIZE];
    pcap_t *handle = pcap_create(device, why);
    if (!handle) {
        fprintf(stderr, "%s\n", why);
        exit(1);
    }
    pcap_set_snaplen(handle, 65535);
    pcap_set_promisc(handle, 1);
    pcap_set_timeout(handle, 4);
    pcap_set_buffer_size(handle, buffer_mib << 20);
    if (pcap_activate(handle) < 0 || pcap_setnonblock(handle, 1, why) < 0) {
        fprintf(stderr, "%s: %s\n", device, pcap_geterr(handle));
        exit(1);
    }
    return handle;
}

static int told_to_stop(void) {
    char byte;
    return read(STDIN_FILENO, &byte, 1) == 0;
}

int main(int argc, char **argv) {
    struct counts counts = {0, 0, 0, 0};
    struct timespec cpu;
    char why[PCAP_ERRBUF_SIZE];
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: reference FILE | reference INTERFACE BUFFER_MIB\n");
        return 2;
    }
    pcap_t *handle = argc == 3 ? open_live(argv[1], atoi(argv[2])) : pcap_open_offline(argv[1], why);
    if (!handle) {
        fprintf(stderr, "%s\n", why);
        return 1;
    }
    if (argc == 3) {
        const struct timespec pause = {0, 200000};
        fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
        fprintf(stderr, "ready\n");
        while (!told_to_stop())
            if (pcap_dispatch(handle, -1, look, (u_char *)&counts) == 0) nanosleep(&pause, NULL);
    } else {
        pcap_loop(handle, -1, look, (u_char *)&counts);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    printf("packets %lu bytes %lu syns %lu negotiates %lu cpu %.6f", counts.packets, counts.bytes, counts.syns,
           counts.negotiates, cpu.tv_sec + cpu.tv_nsec * 1e-9);
    if (argc == 3) {
        struct pcap_stat seen;
        pcap_stats(handle, &seen);
        printf(" received %u dropped %u", seen.ps_recv, seen.ps_drop);
    }
    printf("\n");
    pcap_close(handle);
    return 0;
}
