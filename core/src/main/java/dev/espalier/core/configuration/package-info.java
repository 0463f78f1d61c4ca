/**
 * Settings that are written outside the program: in a configuration file, in the environment and on
 * the command line. Read {@link dev.espalier.core.configuration.Configuration} first. Nothing is
 * read unless a program asks for it.
 */
@NullMarked
package dev.espalier.core.configuration;

import org.jspecify.annotations.NullMarked;
