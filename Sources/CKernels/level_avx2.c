// Kernels for x86-64 with AVX2: 256-bit vectors.
#if defined(__x86_64__)
#include "lightbox_kernels.h"
#include <immintrin.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LB_WIDTH 8
#define LB_LEVEL LB_CPU_AVX2
#define LB_TABLE lb_kernels_avx2
#include "impl/level.h"
#pragma clang attribute pop
#endif
