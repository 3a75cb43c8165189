// Kernels for any CPU: 128-bit vectors, which become SSE2 or NEON.
#include "lightbox_kernels.h"
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LB_WIDTH 4
#define LB_LEVEL LB_CPU_PORTABLE
#define LB_TABLE lb_kernels_portable
#include "impl/level.h"
