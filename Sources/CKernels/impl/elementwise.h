// The elementwise, window and reduction kernels of one CPU level and their table.
#include "lb_elementwise.h"

#include "rows.h"

#include "activation.h"
#include "norm.h"
#include "window.h"

#include "head_layers.h"

#include "adam.h"

// The table's field of this level.
#define LB_ELEMENTWISE_TABLE                                                                      \
    {                                                                                             \
        .activate = lb_activate, .channel_sums = lb_channel_sums,                                 \
        .norm_backward_reduce = lb_norm_backward_reduce,                                          \
        .norm_backward_apply = lb_norm_backward_apply, .activate_backward = lb_activate_backward, \
        .max_pool2 = lb_max_pool2, .max_pool2_backward = lb_max_pool2_backward,                   \
        .average_pool2 = lb_average_pool2, .average_pool2_backward = lb_average_pool2_backward,   \
        .bilinear2 = lb_bilinear2, .bilinear2_backward = lb_bilinear2_backward,                   \
        .sigmoid = lb_sigmoid, .sigmoid_backward = lb_sigmoid_backward, .add = lb_add,            \
        .gate = lb_gate, .gate_backward = lb_gate_backward, .dropout = lb_dropout,                \
        .global_average = lb_global_average,                                                      \
        .global_average_backward = lb_global_average_backward, .dense = lb_dense,                 \
        .dense_backward = lb_dense_backward, .adam = lb_adam, .average = lb_average               \
    }
