/**
 * The configuration from outside the program: configuration files, environment variables and the
 * command line. Read {@link dev.espalier.core.configuration.Configuration} first. Nothing is read
 * unless a program asks for it.
 */
@NullMarked
package dev.espalier.core.configuration;

import org.jspecify.annotations.NullMarked;
