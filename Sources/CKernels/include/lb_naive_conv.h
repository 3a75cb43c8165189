#ifndef LB_NAIVE_CONV_H
#define LB_NAIVE_CONV_H

#include "lb_conv.h"

// The plain twins of the convolution kernels: five nested loops, sums in double, one thread, no
// workspace. They are the oracle of the tests and the definition of what the fast kernels compute.
// Arguments as in lb_conv.h.

void lb_naive_conv_forward(float *y, double *sum, double *sumsq, const lb_source *sources,
    int source_count, const float *weights, const float *bias, lb_conv_shape shape);
void lb_naive_conv_backward_input(const lb_sink *sinks, int sink_count, const float *dy,
    const float *weights, lb_conv_shape shape);
void lb_naive_conv_backward_weights(float *dw, float *dbias, const float *dy,
    const lb_source *sources, int source_count, lb_conv_shape shape);
void lb_naive_conv_transpose2_forward(float *y, double *sum, double *sumsq,
    const lb_source *sources, int source_count, const float *weights, const float *bias,
    lb_conv_shape shape);
void lb_naive_conv_transpose2_backward_input(const lb_sink *sinks, int sink_count, const float *dy,
    const float *weights, lb_conv_shape shape);
void lb_naive_conv_transpose2_backward_weights(float *dw, float *dbias, const float *dy,
    const lb_source *sources, int source_count, lb_conv_shape shape);

#endif
