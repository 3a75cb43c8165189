// The thread pool: the only file with threads and allocation.
// Idle workers spin for a short while (layers follow each other within microseconds), then sleep on
// a condition. Each worker has a lane of neighbouring pieces, the same part of every run, and helps
// in the others' lanes when its own is done. Layers cut their maps in the same order, so what a
// worker reads is mostly what it wrote: it stays in its core's caches, which counts where two cores
// share none (docs/performance.md).
#define _GNU_SOURCE
#include "lb_pool.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { SPIN_MICROSECONDS = 60, CLOSED = 1 << 30, CACHE_LINE = 64 };

typedef struct {
    lb_pool *pool;
    pthread_t thread;
    int worker;
} member;

/// The pieces of a run that one worker begins with.
typedef struct {
    _Alignas(CACHE_LINE) _Atomic int next;
    int end;
} lane;

struct lb_pool {
    int threads;
    member *members; // threads - 1
    pthread_mutex_t run; // one run at a time
    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    int sleepers, owner_sleeps; // under lock
    _Atomic int stop;
    _Atomic uint32_t generation; // raised by each run
    _Atomic int inside; // members at work; CLOSED is added when the pieces have run out
    // the current run
    lb_piece_fn piece;
    void *argument;
    lane *lanes; // threads
};

static inline void relax(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t microseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void work(lb_pool *pool, int worker) {
    for (int k = 0; k < pool->threads; k++) {
        lane *mine = &pool->lanes[(worker + k) % pool->threads];
        for (;;) {
            int i = atomic_fetch_add_explicit(&mine->next, 1, memory_order_relaxed);
            if (i >= mine->end) break;
            pool->piece(pool->argument, i, worker);
        }
    }
}

/// Spins until `*value` differs from `old`, for a short while. Nonzero when it changed.
static int spin(_Atomic uint32_t *value, uint32_t old) {
    int64_t end = microseconds() + SPIN_MICROSECONDS;
    do {
        for (int i = 0; i < 64; i++) {
            if (atomic_load_explicit(value, memory_order_acquire) != old) return 1;
            relax();
        }
    } while (microseconds() < end);
    return 0;
}

/// Joins the current run; zero when it is over already, so that nobody waits for a member that woke
/// too late.
static int enter(lb_pool *pool) {
    int inside = atomic_load(&pool->inside);
    while (inside < CLOSED)
        if (atomic_compare_exchange_weak(&pool->inside, &inside, inside + 1)) return 1;
    return 0;
}

static void *member_main(void *argument) {
    member *self = argument;
    lb_pool *pool = self->pool;
    uint32_t seen = 0;
    for (;;) {
        if (!spin(&pool->generation, seen)) {
            pthread_mutex_lock(&pool->lock);
            pool->sleepers++;
            while (atomic_load(&pool->generation) == seen)
                pthread_cond_wait(&pool->wake, &pool->lock);
            pool->sleepers--;
            pthread_mutex_unlock(&pool->lock);
        }
        seen = atomic_load(&pool->generation);
        if (atomic_load(&pool->stop)) return NULL;
        if (!enter(pool)) continue;
        work(pool, self->worker);
        if (atomic_fetch_sub(&pool->inside, 1) == CLOSED + 1) {
            pthread_mutex_lock(&pool->lock);
            if (pool->owner_sleeps) pthread_cond_signal(&pool->done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
}

/// Raises the generation and wakes who sleeps.
static void announce(lb_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->generation, 1);
    int sleepers = pool->sleepers;
    pthread_mutex_unlock(&pool->lock);
    if (sleepers) pthread_cond_broadcast(&pool->wake);
}

lb_pool *lb_pool_create(int threads) {
    if (threads < 1) threads = 1;
    lb_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->members = calloc((size_t)threads, sizeof *pool->members);
    pool->lanes = aligned_alloc(CACHE_LINE, (size_t)threads * sizeof *pool->lanes);
    if (!pool->members || !pool->lanes) {
        free(pool->members);
        free(pool->lanes);
        free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->run, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->threads = 1;
    atomic_store(&pool->inside, CLOSED);
    for (int i = 0; i < threads - 1; i++) {
        member *m = &pool->members[i];
        m->pool = pool;
        m->worker = i + 1;
        if (pthread_create(&m->thread, NULL, member_main, m)) break;
        pool->threads++;
    }
    return pool;
}

void lb_pool_destroy(lb_pool *pool) {
    if (!pool) return;
    atomic_store(&pool->stop, 1);
    announce(pool);
    for (int i = 0; i < pool->threads - 1; i++) pthread_join(pool->members[i].thread, NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->run);
    free(pool->members);
    free(pool->lanes);
    free(pool);
}

int lb_pool_threads(const lb_pool *pool) { return pool->threads; }

void lb_pool_run(lb_pool *pool, int pieces, lb_piece_fn piece, void *argument) {
    if (pieces <= 0) return;
    if (pool->threads == 1 || pieces == 1) {
        pthread_mutex_lock(&pool->run);
        for (int i = 0; i < pieces; i++) piece(argument, i, 0);
        pthread_mutex_unlock(&pool->run);
        return;
    }
    pthread_mutex_lock(&pool->run);
    pool->piece = piece;
    pool->argument = argument;
    for (int i = 0; i < pool->threads; i++) {
        const int64_t first = (int64_t)pieces * i / pool->threads;
        pool->lanes[i].end = (int)((int64_t)pieces * (i + 1) / pool->threads);
        atomic_store_explicit(&pool->lanes[i].next, (int)first, memory_order_relaxed);
    }
    atomic_store(&pool->inside, 0);
    announce(pool);
    work(pool, 0);
    if (atomic_fetch_add(&pool->inside, CLOSED) == 0) {
        pthread_mutex_unlock(&pool->run);
        return;
    }
    int64_t end = microseconds() + SPIN_MICROSECONDS;
    while (atomic_load_explicit(&pool->inside, memory_order_acquire) != CLOSED) {
        relax();
        if (microseconds() < end) continue;
        pthread_mutex_lock(&pool->lock);
        pool->owner_sleeps = 1;
        while (atomic_load(&pool->inside) != CLOSED) pthread_cond_wait(&pool->done, &pool->lock);
        pool->owner_sleeps = 0;
        pthread_mutex_unlock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->run);
}
