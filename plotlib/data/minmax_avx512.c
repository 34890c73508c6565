// Kernels for x86 with AVX-512 (F, BW, DQ, VL); called only where the processor has it.
// Stage KEEP: chunk -> min/max tree -> columns.
#define PLT_MINMAX_TABLE plt_minmax_avx512
#include <plotlib/data/minmax_isa.h>
