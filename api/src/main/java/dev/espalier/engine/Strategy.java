package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a trainer uses devices: one, or several that train replicas of the model together. Immutable.
 */
public sealed interface Strategy {
  /** Returns the strategy that trains on one device, the one that the settings name. */
  static Strategy single() {
    return new Single();
  }

  /**
   * Returns the strategy that trains a replica on each of several devices; see {@link Mirrored}.
   *
   * @param devices names such as {@code gpu:0} and {@code gpu:1}
   * @throws EspalierException {@link ErrorCode#UNKNOWN_DEVICE} for a name that is not one of a
   *     device, and for devices that cannot train together
   */
  static Strategy mirrored(String... devices) {
    return mirrored(Arrays.stream(devices).map(Device::parse).toList());
  }

  /** Returns the strategy that trains a replica on each of several devices. */
  static Strategy mirrored(List<Device> devices) {
    return new Mirrored(devices);
  }

  /** One device. */
  record Single() implements Strategy {}

  /**
   * Synchronous data parallelism: each device holds a replica of the model and computes the
   * gradients of its samples of each batch; the gradients are averaged over all samples, and each
   * replica makes the same update. The batch size is that of all devices together, and results
   * equal those of one device up to rounding. The exception is batch normalization of feature maps
   * in training mode: it uses the mean and variance of the samples of one device, and the running
   * means and variances of all devices are averaged, as TensorFlow's {@code MirroredStrategy} does.
   *
   * @param devices devices of one kind, one or more; the CPU may be listed several times, a GPU
   *     only once
   */
  record Mirrored(List<Device> devices) implements Strategy {
    /** Copies the list and checks it. */
    public Mirrored {
      devices = List.copyOf(devices);
      if (devices.isEmpty()) {
        throw unusable("A mirrored strategy needs devices.", "List them, such as gpu:0 and gpu:1.");
      }
      Set<Device> seen = new HashSet<>();
      for (Device device : devices) {
        if (device.kind() != devices.get(0).kind()) {
          throw unusable(
              "The devices " + devices.get(0) + " and " + device + " cannot train together.",
              "Use GPUs only, or the CPU only: replicas on different kinds of devices round"
                  + " differently, and their weights would drift apart.");
        }
        if (!seen.add(device) && device.kind() == Device.Kind.GPU) {
          throw unusable("The device " + device + " is listed twice.", "List each GPU once.");
        }
      }
    }

    private static EspalierException unusable(String problem, String remedy) {
      return new EspalierException(ErrorCode.UNKNOWN_DEVICE, problem, remedy);
    }
  }
}
