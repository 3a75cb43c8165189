// Kernels for x86-64 with AVX512: 512-bit vectors. With LB_EMULATE_AVX512 each is two of AVX2, the
// same lane by lane: `make test-avx512` tests this level where no processor has it.
#if defined(__x86_64__)
#include "lightbox_kernels.h"
#include <immintrin.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef LB_EMULATE_AVX512
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)
#endif
#define LB_WIDTH 16
#define LB_LEVEL LB_CPU_AVX512
#define LB_TABLE lb_kernels_avx512
#include "impl/level.h"
#pragma clang attribute pop
#endif
