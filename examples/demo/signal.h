// The demo's data: a machine's vibration during a run-up and coast-down, and its
// spectrogram. Thread-safety: safe.
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    SIGNAL_SAMPLES = 10000000,
    SIGNAL_RATE_HZ = 100000,
    SPECTRUM_COLUMNS = 1000,
    SPECTRUM_ROWS = 512, // frequencies from 0 to half the rate
};

// samples[SIGNAL_SAMPLES], in m/s^2. About 0.1 s.
void signal_make(float *samples);
// decibels[SPECTRUM_ROWS][SPECTRUM_COLUMNS], row 0 = frequency 0.
bool signal_spectrogram(const float *samples, float *decibels);
