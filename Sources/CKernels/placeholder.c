#include "lightbox_kernels.h"
