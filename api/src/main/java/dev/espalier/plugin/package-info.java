/**
 * Extension points: a jar provides a {@link dev.espalier.plugin.Plugin}, which {@link
 * java.util.ServiceLoader} finds. Read {@code Plugin} first, then {@link
 * dev.espalier.plugin.Component}, which describes everything that configuration can name.
 */
@NullMarked
package dev.espalier.plugin;

import org.jspecify.annotations.NullMarked;
