#ifndef LB_ELEMENTWISE_H
#define LB_ELEMENTWISE_H

/// The elementwise kernels of one CPU level.
typedef struct {
    int unused;
} lb_elementwise_kernels;

#endif
