// One CPU level: every kernel of the folder, compiled for LB_WIDTH floats a vector, and the table
// of them. The including file defines LB_WIDTH, LB_LEVEL and LB_TABLE and sets the target around
// this.
#include "vector.h"

#include "conv.h"
#include "elementwise.h"

#include "peak.h"

const lb_kernels LB_TABLE = {
    .cpu = LB_LEVEL,
    .conv =
        {
            .workspace = conv_workspace,
            .forward = conv_forward,
            .backward_input = conv_backward_input,
            .backward_weights = conv_backward_weights,
            .transpose2_workspace = conv_transpose2_workspace,
            .transpose2_forward = conv_transpose2_forward,
            .transpose2_backward_input = conv_transpose2_backward_input,
            .transpose2_backward_weights = conv_transpose2_backward_weights,
        },
    .elementwise = LB_ELEMENTWISE_TABLE,
    .peak = peak,
};
