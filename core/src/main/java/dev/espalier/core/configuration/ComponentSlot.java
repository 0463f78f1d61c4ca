package dev.espalier.core.configuration;

import dev.espalier.core.Components;
import dev.espalier.core.PluginRegistry;
import java.util.function.Function;

/**
 * A place in the configuration for something that plugins bring, with a name and options: {@code
 * training.optimizer { name = sgd, learning-rate = 0.1 }}, or for several of them {@code callbacks
 * = [{ name = reduce-lr-on-plateau, patience = 5 }]}. A name alone will do where no options are
 * given. Immutable.
 *
 * @param name that stands in files
 * @param several whether it holds a list
 * @param components what may stand there
 * @param <T> what is made
 */
public record ComponentSlot<T>(
    String name, boolean several, Function<PluginRegistry, Components<T>> components) {}
