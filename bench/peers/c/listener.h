// What both echo servers do the same way before the first byte arrives: read
// PORT and THREADS, open one listener a thread, and say when all of it is up.
#ifndef KIOTO_LISTENER_H
#define KIOTO_LISTENER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, MAX_THREADS = 1024 };

static pthread_barrier_t all_accepting;

static void die(const char *what) {
    perror(what);
    exit(1);
}

// A thread of the server calls this once connections to its listener are served.
static void now_accepting(void) { pthread_barrier_wait(&all_accepting); }

static void set_nodelay(int fd) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

// SO_REUSEPORT lets every thread have a listener of its own on the same port:
// the kernel spreads connections over them and threads share nothing at all.
static int listen_on(int port, int type_flags) {
    int fd = socket(AF_INET, SOCK_STREAM | type_flags, 0), one = 1;
    if (fd < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);

    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (bind(fd, (struct sockaddr *)&address, sizeof address)) die("bind");
    if (listen(fd, BACKLOG)) die("listen");
    return fd;
}

static int port_of(int fd) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length)) die("getsockname");
    return ntohs(address.sin_port);
}

// The usual soft limit, 1024, is too low for many connections.
static void allow_all_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// The whole of `text` as a number from min to max, or -1.
static long number(const char *text, long min, long max) {
    char *end;
    long n = strtol(text, &end, 10);
    return *text && !*end && n >= min && n <= max ? n : -1;
}

// main of both servers. `serve` gets its listener as (void *)(intptr_t)fd.
static int run_server(int argc, char **argv, int type_flags, void *(*serve)(void *)) {
    long port = argc >= 2 ? number(argv[1], 0, 65535) : -1;
    long threads = argc >= 3 ? number(argv[2], 1, MAX_THREADS) : 2;
    if (argc > 3 || port < 0 || threads < 0) {
        fprintf(stderr, "usage: %s PORT [THREADS]   (PORT 0: any free one; THREADS: 2 unless told)\n", argv[0]);
        return 2;
    }

    allow_all_files();
    pthread_barrier_init(&all_accepting, NULL, threads + 1);
    for (int i = 0; i < threads; i++) {
        int fd = listen_on(port, type_flags);
        port = port_of(fd); // where the kernel chose, the other threads must follow

        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd)) die("pthread_create");
    }

    now_accepting();
    printf("listening %ld\n", port);
    fflush(stdout);
    for (;;) pause(); // the threads serve until the process is killed
}

#endif
