/** CIFAR-10 and CIFAR-100 from their archives. */
@NullMarked
package dev.espalier.datasets.cifar;

import org.jspecify.annotations.NullMarked;
