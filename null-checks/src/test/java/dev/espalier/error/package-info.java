/** Stands for what the checks call, which is in a module that is built later. */
@NullMarked
package dev.espalier.error;

import org.jspecify.annotations.NullMarked;
