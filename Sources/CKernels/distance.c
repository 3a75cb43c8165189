// How far apart two workers' processors are: the time that a cache line takes there and back.
#define _GNU_SOURCE
#include "lb_distance.h"
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

enum { BURSTS = 8, ROUNDS = 200, PATIENCE_NANOSECONDS = 20000000, CACHE_LINE = 64 };

typedef struct {
    _Alignas(CACHE_LINE) _Atomic int ball;
    _Alignas(CACHE_LINE) double best;
} table;

static int64_t nanoseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/// Waits until the ball shows `number`; zero when the other side does not play.
static int await(table *t, int number, int64_t end) {
    for (;;) {
        for (int i = 0; i < 4096; i++)
            if (atomic_load_explicit(&t->ball, memory_order_acquire) == number) return 1;
        if (nanoseconds() > end) return 0;
    }
}

/// One side: it waits for even numbers or odd ones and answers with the next.
static void play(void *argument, int side, int worker) {
    (void)worker;
    table *t = argument;
    int64_t end = nanoseconds() + PATIENCE_NANOSECONDS, start = 0;
    for (int i = 0; i < BURSTS * ROUNDS; i++) {
        if (!await(t, 2 * i + side, end)) return;
        if (side == 0 && i % ROUNDS == 0) {
            int64_t now = nanoseconds();
            double each = (double)(now - start) / ROUNDS;
            if (i > 0 && (t->best == 0 || each < t->best)) t->best = each;
            start = now;
        }
        atomic_store_explicit(&t->ball, 2 * i + side + 1, memory_order_release);
    }
}

double lb_pool_distance(lb_pool *pool) {
    if (lb_pool_threads(pool) < 2) return 0;
    table t = {0};
    lb_pool_run(pool, 2, play, &t);
    return t.best;
}
