#ifndef LB_PEAK_H
#define LB_PEAK_H

#include "lb_pool.h"
#include <stdint.h>

/// Multiplies and adds in registers on every worker of the pool, as fast as the level can, `rounds`
/// times: what a kernel's speed is compared with. Returns the floating-point operations done.
typedef double (*lb_peak_fn)(lb_pool *pool, int64_t rounds);

#endif
