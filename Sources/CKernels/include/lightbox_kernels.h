#ifndef LIGHTBOX_KERNELS_H
#define LIGHTBOX_KERNELS_H

#include "lb_conv.h"
#include "lb_cpu.h"
#include "lb_distance.h"
#include "lb_elementwise.h"
#include "lb_naive_conv.h"
#include "lb_peak.h"
#include "lb_pool.h"

/// The kernels of one CPU level, one field a family.
struct lb_kernels {
    lb_cpu cpu;
    lb_conv_kernels conv;
    lb_elementwise_kernels elementwise;
    lb_peak_fn peak;
};

#endif
