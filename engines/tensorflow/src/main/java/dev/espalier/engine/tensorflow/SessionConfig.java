package dev.espalier.engine.tensorflow;

import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;

/**
 * The configuration of TensorFlow sessions.
 *
 * @param threads threads per operation, 0 for all processors
 */
record SessionConfig(int threads) {

  /** Returns the configuration of a session on the CPU, without GPUs. */
  ConfigProto onProcessor() {
    return common().putDeviceCount("GPU", 0).build();
  }

  /** Returns the configuration of a session that may use GPUs. */
  ConfigProto onAnyDevice() {
    return common()
        // Some integer operations exist for the CPU only.
        .setAllowSoftPlacement(true)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
        .build();
  }

  /** Returns the configuration of a session whose callers compute all operators themselves. */
  ConfigProto onThreadOfCaller() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(-1)
        .putDeviceCount("GPU", 0)
        .build();
  }

  /** Returns on how many threads operators are computed. */
  int count() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private ConfigProto.Builder common() {
    return ConfigProto.newBuilder().setIntraOpParallelismThreads(threads);
  }
}
