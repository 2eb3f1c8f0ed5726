// A bare echo server on epoll: one event loop and one listener a thread.
//
// It is here as a floor: the same system calls an asynchronous runtime makes,
// and nothing around them. It leaves out what a real server must not (see send).
#define _GNU_SOURCE
#include "listener.h"

#include <errno.h>
#include <sys/epoll.h>

enum { MAX_EVENTS = 1024, BUFFER_SIZE = 4096 };

static void watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

static void accept_waiting(int epoll, int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        set_nodelay(fd);
        watch(epoll, fd);
    }
}

// One receive and one send for each event. Level-triggered epoll reports again
// what did not fit. A send that the socket buffer cannot take is lost: with a
// closed loop of small messages that never happens.
static void echo(int fd) {
    char buffer[BUFFER_SIZE];
    ssize_t n = recv(fd, buffer, sizeof buffer, 0);
    if (n > 0)
        send(fd, buffer, n, MSG_NOSIGNAL);
    else if (n == 0 || errno != EAGAIN)
        close(fd); // closing takes it out of epoll as well
}

static _Noreturn void loop(int epoll, int listener) {
    struct epoll_event events[MAX_EVENTS];
    for (;;) {
        int n = epoll_wait(epoll, events, MAX_EVENTS, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener)
                accept_waiting(epoll, listener);
            else
                echo(events[i].data.fd);
        }
    }
}

static void *serve(void *arg) {
    int listener = (int)(intptr_t)arg;
    int epoll = epoll_create1(0);
    if (epoll < 0) die("epoll_create1");
    watch(epoll, listener);
    now_accepting();
    loop(epoll, listener);
    return NULL;
}

int main(int argc, char **argv) { return run_server(argc, argv, SOCK_NONBLOCK, serve); }
