// Load for an echo server: one thread, one epoll, a closed loop on every
// connection (a message goes out when the last one is back, whole). With
// --websocket the messages are frames, after a handshake at a path.
//
// Runs for 1.3 times SECONDS; the first 0.3 warm up and are not counted.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_EVENTS = 1024,
    MAX_SIZE = 65536,
    MAX_FRAME = 125,         // of a WebSocket whose length is one byte
    FRAME_OUT = 6,           // before a client's message: two bytes and a mask
    FRAME_IN = 2,            // before a server's
    MAX_CONNECTIONS = 65535, // a client has no more ports towards one server
    SPARE_FDS = 64,          // what the process has open besides connections
    BUCKETS = 50000000,      // of 0.1 us: up to 5 s
};

struct options {
    bool json;
    const char *websocket; // the path, or NULL
    int port, connections, size;
    int out, in; // bytes of a message there and back, with what is before it
    double seconds;
};

struct connection {
    double sent_at;
    int received;
};

struct results {
    long messages;
    double seconds, mean_us, p50_us, p99_us, p999_us;
};

static char buffer[MAX_SIZE];   // what is sent
static char incoming[MAX_SIZE]; // what was received last
static unsigned histogram[BUCKETS]; // the kernel only backs the pages that are written
static int highest_bucket;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

// ---- Arguments ----------------------------------------------------------------

static void usage(const char *program) {
    fprintf(stderr,
            "usage: %s [--json] [--websocket PATH] PORT CONNECTIONS SECONDS [SIZE]\n"
            "(SIZE: 64 bytes unless told, at most %d, of a WebSocket %d)\n",
            program, MAX_SIZE, MAX_FRAME);
    exit(2);
}

static bool parse_int(const char *text, int min, int max, int *n) {
    char *end;
    long parsed = strtol(text, &end, 10);
    *n = (int)parsed;
    return *text && !*end && parsed >= min && parsed <= max;
}

static bool parse_seconds(const char *text, double *seconds) {
    char *end;
    *seconds = strtod(text, &end);
    return *text && !*end && *seconds > 0 && *seconds <= 86400;
}

static struct options parse(int argc, char **argv) {
    struct options o = {.size = 64};
    const char *words[4];
    int count = 0;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--json"))
            o.json = true;
        else if (!strcmp(argv[i], "--websocket") && i + 1 < argc)
            o.websocket = argv[++i];
        else if (count < 4)
            words[count++] = argv[i];
        else
            usage(argv[0]);
    }
    if (count < 3 || !parse_int(words[0], 1, 65535, &o.port) ||
        !parse_int(words[1], 1, MAX_CONNECTIONS, &o.connections) || !parse_seconds(words[2], &o.seconds) ||
        (count == 4 && !parse_int(words[3], 1, o.websocket ? MAX_FRAME : MAX_SIZE, &o.size)))
        usage(argv[0]);
    o.out = o.size + (o.websocket ? FRAME_OUT : 0);
    o.in = o.size + (o.websocket ? FRAME_IN : 0);
    return o;
}

// ---- Connections --------------------------------------------------------------

// The usual soft limit, 1024, is too low for many connections.
static void allow_all_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void send_message(int fd, struct connection *c, int size, double at) {
    c->sent_at = at;
    send(fd, buffer, size, MSG_NOSIGNAL);
}

static int connect_to(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0) die("socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

// A whole binary message with a mask of zeros, which leaves it as it is.
static void make_frame(int size) {
    memset(buffer, 0, FRAME_OUT);
    buffer[0] = (char)0x82;
    buffer[1] = (char)(0x80 | size);
}

static void shake_hands(int fd, const char *path) {
    char request[1024];
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                          path);
    if (length >= (int)sizeof request || send(fd, request, length, MSG_NOSIGNAL) != length) die("handshake");
    int got = 0;
    do {
        ssize_t n = recv(fd, incoming + got, sizeof incoming - 1 - got, 0);
        if (n <= 0) die("handshake");
        got += n;
        incoming[got] = 0;
    } while (!strstr(incoming, "\r\n\r\n"));
    if (strncmp(incoming, "HTTP/1.1 101 ", 13)) {
        fprintf(stderr, "no WebSocket at %s: %.*s\n", path, (int)strcspn(incoming, "\r"), incoming);
        exit(1);
    }
}

// Opens all connections, each with its first message under way. They are found
// by file descriptor later: a process gets the lowest free ones.
static void open_all(const struct options *o, int epoll, struct connection *by_fd) {
    for (int i = 0; i < o->connections; i++) {
        int fd = connect_to(o->port);
        if (fd >= o->connections + SPARE_FDS) {
            fprintf(stderr, "too many files were open at the start\n");
            exit(1);
        }
        if (o->websocket) shake_hands(fd, o->websocket);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
        send_message(fd, &by_fd[fd], o->out, now());
    }
}

// ---- The loop -----------------------------------------------------------------

static void record(double latency) {
    double bucket = latency * 1e7;
    int i = bucket < BUCKETS ? (int)bucket : BUCKETS - 1;
    histogram[i]++;
    if (i > highest_bucket) highest_bucket = i;
}

// True when the message is back whole; the next one is then under way.
static bool receive(const struct options *o, int fd, struct connection *c, double counted_from) {
    ssize_t n = recv(fd, incoming, sizeof incoming, 0);
    if (n <= 0) {
        fprintf(stderr, "the server closed a connection\n");
        exit(1);
    }
    if (o->websocket && c->received == 0 && incoming[0] != (char)0x82) {
        fprintf(stderr, "the server sent something else than a message\n");
        exit(1);
    }
    c->received += n;
    if (c->received < o->in) return false;

    double t = now();
    bool counts = t > counted_from;
    if (counts) record(t - c->sent_at);
    c->received = 0;
    send_message(fd, c, o->out, t);
    return counts;
}

static double percentile_us(double share, long messages) {
    long seen = 0;
    for (int i = 0; i < highest_bucket; i++) {
        seen += histogram[i];
        if (seen >= messages * share) return i / 10.0;
    }
    return highest_bucket / 10.0;
}

static struct results run(const struct options *o, int epoll, struct connection *by_fd) {
    struct results r = {0};
    double start = now(), counted_from = start + o->seconds * 0.3, end = start + o->seconds * 1.3;

    while (now() <= end) {
        struct epoll_event events[MAX_EVENTS];
        int n = epoll_wait(epoll, events, MAX_EVENTS, 100);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            r.messages += receive(o, fd, &by_fd[fd], counted_from);
        }
    }

    r.seconds = now() - counted_from;
    if (!r.messages) {
        fprintf(stderr, "no message came back\n");
        exit(1);
    }
    r.mean_us = o->connections * r.seconds / r.messages * 1e6; // Little's law: the loop is closed
    r.p50_us = percentile_us(0.5, r.messages);
    r.p99_us = percentile_us(0.99, r.messages);
    r.p999_us = percentile_us(0.999, r.messages);
    return r;
}

static void print(const struct options *o, const struct results *r) {
    double rate = r->messages / r->seconds;
    if (o->json)
        printf("{\"rate\":%.0f,\"mean_us\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"messages\":%ld}\n",
               rate, r->mean_us, r->p50_us, r->p99_us, r->p999_us, r->messages);
    else
        printf("conns %d  %.0f msg/s  mean %.1fus p50 %.1fus p99 %.1fus p99.9 %.1fus\n", o->connections, rate,
               r->mean_us, r->p50_us, r->p99_us, r->p999_us);
}

int main(int argc, char **argv) {
    struct options o = parse(argc, argv);
    memset(buffer, 'x', sizeof buffer);
    if (o.websocket) make_frame(o.size);
    allow_all_files();

    struct connection *by_fd = calloc(o.connections + SPARE_FDS, sizeof *by_fd);
    int epoll = epoll_create1(0);
    if (!by_fd || epoll < 0) die("setup");

    open_all(&o, epoll, by_fd);
    struct results r = run(&o, epoll, by_fd);
    print(&o, &r);
}
