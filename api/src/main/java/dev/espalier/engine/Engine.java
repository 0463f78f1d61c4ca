package dev.espalier.engine;

import java.util.List;
import java.util.Set;

/** A loaded engine. Closing it closes its sessions; closing twice does nothing. Thread-safe. */
public interface Engine extends AutoCloseable {
  /** Returns the name of its provider. */
  String name();

  /** Returns the version of the library that computes, such as {@code 2.16.1}. */
  String version();

  /** Returns the usable devices, the preferred one first. */
  List<Device> devices();

  /** Returns what it can do. */
  Set<Capability> capabilities();

  /**
   * Opens a session on a device.
   *
   * @throws dev.espalier.error.EspalierException {@code UNKNOWN_DEVICE} if it is not one of {@link
   *     #devices()}
   */
  Session openSession(Device device);

  @Override
  void close();
}
