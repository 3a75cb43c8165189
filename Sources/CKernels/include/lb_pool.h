#ifndef LB_POOL_H
#define LB_POOL_H

/// A persistent pool of threads. Work is cut into pieces that the shape of the problem alone
/// decides, so that results never depend on the number of threads: a piece writes its own outputs
/// or its own partial sum.
typedef struct lb_pool lb_pool;

/// One piece of work. `worker` is in `[0, threads)` and names the workspace that the piece may
/// scribble on.
typedef void (*lb_piece_fn)(void *argument, int piece, int worker);

/// A pool of `threads` workers, the caller included (so `threads - 1` are started); NULL where none
/// can be made. `threads` below 1 counts as 1. If the system refuses some threads, the pool works
/// with those it gave.
lb_pool *lb_pool_create(int threads);

/// Stops and joins the workers. No piece may be running. NULL is ignored.
void lb_pool_destroy(lb_pool *pool);

/// Workers, the caller included.
int lb_pool_threads(const lb_pool *pool);

/// Runs `piece(argument, i, worker)` once for every `i` in `[0, pieces)` and returns when all are
/// done. Each worker begins with its own stretch of neighbouring pieces, in rising order, and then
/// helps the others; the caller works too. Callers on several threads wait for each other; a piece
/// must not call it on the pool that runs it.
void lb_pool_run(lb_pool *pool, int pieces, lb_piece_fn piece, void *argument);

#endif
