/**
 * The configuration from outside the program: configuration files, environment variables and the
 * command line. Nothing is read unless a program asks for it.
 *
 * <p>Read {@link dev.espalier.core.configuration.Configuration} first, then {@link
 * dev.espalier.core.configuration.RunSettings}, which describes each setting. Inside, everything
 * that was read is a {@code ConfigurationTree}: a {@code ConfigurationFile} gives one, {@code
 * KnownSettings} says what may be in it, and a {@code ConfiguredComponent} is the part of it that
 * becomes an optimizer or a callback.
 */
@NullMarked
package dev.espalier.core.configuration;

import org.jspecify.annotations.NullMarked;
