// The vector type of one CPU level. Included with LB_WIDTH (floats in a vector) defined, inside the level's target.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LB_INLINE static inline __attribute__((always_inline))
#pragma STDC FP_CONTRACT ON

enum { W = LB_WIDTH };
typedef float vf __attribute__((vector_size(LB_WIDTH * 4)));
typedef float vf_unaligned __attribute__((vector_size(LB_WIDTH * 4), aligned(4)));
typedef int32_t vi __attribute__((vector_size(LB_WIDTH * 4)));

LB_INLINE vf vset(float x) { return (vf){0} + x; }
LB_INLINE vf vload(const float *p) { return *(const vf_unaligned *)p; }
LB_INLINE void vstore(float *p, vf x) { *(vf_unaligned *)p = x; }
/// a * b + c, one instruction where the level has it.
LB_INLINE vf vfma(vf a, vf b, vf c) { return a * b + c; }
LB_INLINE vf vmax0(vf x) { return (vf)((vi)x & (vi)(x > (vf){0})); }
/// The first `count` floats (all of them where count >= W), zero behind.
LB_INLINE vf vload_part(const float *p, int count) {
    if (count >= W) return vload(p);
    vf x = {0};
    for (int i = 0; i < count; i++) x[i] = p[i];
    return x;
}
LB_INLINE void vstore_part(float *p, vf x, int count) {
    if (count >= W) {
        vstore(p, x);
        return;
    }
    for (int i = 0; i < count; i++) p[i] = x[i];
}
