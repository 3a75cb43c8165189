#ifndef LB_CPU_H
#define LB_CPU_H

/// The instruction sets that kernels are built for, from the plainest up.
typedef enum { LB_CPU_PORTABLE = 0, LB_CPU_AVX2 = 1, LB_CPU_AVX512 = 2 } lb_cpu;

/// The highest level that this machine and its system can run.
lb_cpu lb_cpu_best(void);

/// The kernels of one level; see lightbox_kernels.h for the fields.
typedef struct lb_kernels lb_kernels;

/// The table for a level, or for the best level below it where the machine cannot run it. Never
/// NULL.
const lb_kernels *lb_kernels_for(lb_cpu cpu);

#endif
