// Elementwise kernels of one CPU level; LB_ELEMENTWISE_TABLE fills the table's field.
#define LB_ELEMENTWISE_TABLE {0}
