// Kernels for any CPU: 128-bit vectors, which become SSE2 or NEON.
#include "lightbox_kernels.h"
#include <math.h>

#define LB_WIDTH 4
#define LB_LEVEL LB_CPU_PORTABLE
#define LB_TABLE lb_kernels_portable
#include "impl/level.h"
