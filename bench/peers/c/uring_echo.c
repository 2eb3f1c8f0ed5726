// A bare echo server on io_uring: one ring and one listener a thread, multishot
// accept and receive, and received data sent from the very buffer the kernel
// put it in. Like epoll_echo it is a floor, not a server to copy.
#define _GNU_SOURCE
#include "listener.h"

#include <errno.h>
#include <liburing.h>
#include <string.h>

enum {
    SQ_ENTRIES = 4096,
    CQ_ENTRIES = 16384, // multishot requests complete far more often than they are submitted
    BUFFERS = 4096,     // a power of two, as the kernel demands of a buffer ring
    BUFFER_SIZE = 4096,
    BUFFER_GROUP = 0,
};

struct server {
    struct io_uring ring;
    struct io_uring_buf_ring *free_buffers; // where the kernel takes a buffer for each receive
    char *memory;                           // BUFFERS times BUFFER_SIZE
    int listener;
};

// ---- What a completion is about, packed into its 64 bits of user data --------

enum kind { ACCEPT, RECEIVE, SEND };

static uint64_t tag(enum kind kind, unsigned buffer, int fd) {
    return (uint64_t)kind << 60 | (uint64_t)buffer << 32 | (uint32_t)fd;
}
static enum kind tag_kind(uint64_t tag) { return tag >> 60; }
static unsigned tag_buffer(uint64_t tag) { return tag >> 32 & 0xffff; }
static int tag_fd(uint64_t tag) { return (int)(uint32_t)tag; }

// ---- Requests -----------------------------------------------------------------

static void check(int result, const char *what) {
    if (result >= 0) return;
    fprintf(stderr, "%s: %s\n", what, strerror(-result));
    exit(1);
}

static struct io_uring_sqe *next_sqe(struct server *s) {
    struct io_uring_sqe *sqe = io_uring_get_sqe(&s->ring);
    if (!sqe) {
        io_uring_submit(&s->ring); // the queue is full: hand it over, then there is room
        sqe = io_uring_get_sqe(&s->ring);
    }
    return sqe;
}

static void start_accepting(struct server *s) {
    struct io_uring_sqe *sqe = next_sqe(s);
    io_uring_prep_multishot_accept(sqe, s->listener, NULL, NULL, 0);
    sqe->user_data = tag(ACCEPT, 0, s->listener);
}

static void start_receiving(struct server *s, int fd) {
    struct io_uring_sqe *sqe = next_sqe(s);
    io_uring_prep_recv_multishot(sqe, fd, NULL, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = BUFFER_GROUP;
    sqe->user_data = tag(RECEIVE, 0, fd);
}

static char *buffer_at(struct server *s, unsigned buffer) { return s->memory + (size_t)buffer * BUFFER_SIZE; }

static void start_sending(struct server *s, int fd, unsigned buffer, int length) {
    struct io_uring_sqe *sqe = next_sqe(s);
    io_uring_prep_send(sqe, fd, buffer_at(s, buffer), length, MSG_NOSIGNAL);
    sqe->user_data = tag(SEND, buffer, fd);
}

static void give_back(struct server *s, unsigned buffer) {
    io_uring_buf_ring_add(s->free_buffers, buffer_at(s, buffer), BUFFER_SIZE, buffer, BUFFERS - 1, 0);
    io_uring_buf_ring_advance(s->free_buffers, 1);
}

// ---- Completions --------------------------------------------------------------

static void accepted(struct server *s, const struct io_uring_cqe *cqe) {
    if (cqe->res >= 0) {
        set_nodelay(cqe->res);
        start_receiving(s, cqe->res);
    }
    if (!(cqe->flags & IORING_CQE_F_MORE)) start_accepting(s);
}

static void received(struct server *s, const struct io_uring_cqe *cqe, int fd) {
    if (cqe->res > 0) {
        start_sending(s, fd, cqe->flags >> IORING_CQE_BUFFER_SHIFT, cqe->res);
        if (!(cqe->flags & IORING_CQE_F_MORE)) start_receiving(s, fd);
    } else if (cqe->res == -ENOBUFS) {
        start_receiving(s, fd); // all buffers are being sent: a multishot receive ends, start anew
    } else {
        close(fd);
    }
}

static void completed(struct server *s, const struct io_uring_cqe *cqe) {
    switch (tag_kind(cqe->user_data)) {
    case ACCEPT:
        accepted(s, cqe);
        break;
    case RECEIVE:
        received(s, cqe, tag_fd(cqe->user_data));
        break;
    case SEND:
        give_back(s, tag_buffer(cqe->user_data));
        break;
    }
}

// ---- Setup and loop -----------------------------------------------------------

static void set_up_ring(struct server *s) {
    // One thread submits, so the kernel need not lock; deferred task work makes
    // it run completions only when this thread asks for them.
    struct io_uring_params params = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = CQ_ENTRIES,
    };
    check(io_uring_queue_init_params(SQ_ENTRIES, &s->ring, &params), "io_uring_queue_init_params");
}

static void set_up_buffers(struct server *s) {
    s->memory = malloc((size_t)BUFFERS * BUFFER_SIZE);
    void *ring = NULL;
    check(-posix_memalign(&ring, 4096, BUFFERS * sizeof(struct io_uring_buf)), "posix_memalign");
    s->free_buffers = ring;

    struct io_uring_buf_reg reg = {
        .ring_addr = (uintptr_t)ring,
        .ring_entries = BUFFERS,
        .bgid = BUFFER_GROUP,
    };
    check(io_uring_register_buf_ring(&s->ring, &reg, 0), "io_uring_register_buf_ring");

    io_uring_buf_ring_init(s->free_buffers);
    for (int i = 0; i < BUFFERS; i++)
        io_uring_buf_ring_add(s->free_buffers, buffer_at(s, i), BUFFER_SIZE, i, BUFFERS - 1, i);
    io_uring_buf_ring_advance(s->free_buffers, BUFFERS);
}

static _Noreturn void loop(struct server *s) {
    for (;;) {
        io_uring_submit_and_wait(&s->ring, 1);
        struct io_uring_cqe *cqe;
        unsigned head, seen = 0;
        io_uring_for_each_cqe(&s->ring, head, cqe) {
            completed(s, cqe);
            seen++;
        }
        io_uring_cq_advance(&s->ring, seen);
    }
}

static void *serve(void *arg) {
    struct server s = {.listener = (int)(intptr_t)arg};
    set_up_ring(&s); // here and not in main: the ring belongs to the thread that makes it
    set_up_buffers(&s);
    start_accepting(&s);
    check(io_uring_submit(&s.ring), "io_uring_submit");
    now_accepting();
    loop(&s);
    return NULL;
}

int main(int argc, char **argv) { return run_server(argc, argv, 0, serve); }
