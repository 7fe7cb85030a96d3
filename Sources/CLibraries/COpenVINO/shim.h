#pragma once
#include <openvino/c/openvino.h>
#include <stdbool.h>

/// Whether the processor can run OpenVINO's CPU kernels at full speed; true where the question makes no sense.
static inline bool maskwatch_cpu_has_avx2(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2");
#else
    return true;
#endif
}
