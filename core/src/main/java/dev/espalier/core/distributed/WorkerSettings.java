package dev.espalier.core.distributed;

import java.io.Serializable;
import java.util.function.Consumer;

/**
 * Settings that are made on the driver and on each worker of a cluster. A lambda must not use
 * objects that are not serializable, and must make the same settings everywhere.
 *
 * @param <B> the builder that collects them
 */
@FunctionalInterface
public interface WorkerSettings<B> extends Consumer<B>, Serializable {}
