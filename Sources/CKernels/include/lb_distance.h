#ifndef LB_DISTANCE_H
#define LB_DISTANCE_H

#include "lb_pool.h"

/// Nanoseconds that a cache line takes from one worker of the pool to another and back, the best of
/// some bursts: below about 150 where they share a last-level cache, several hundred across caches
/// or sockets. Layers hand data from worker to worker, so it tells why the same work takes longer
/// at another time on a virtual machine. 0 where the pool has one worker or the other does not
/// answer.
double lb_pool_distance(lb_pool *pool);

#endif
