/**
 * Data sets and image files: {@link dev.espalier.datasets.Cifar100}, {@link
 * dev.espalier.datasets.Cifar10}, the generated {@link dev.espalier.datasets.Shapes}, and {@link
 * dev.espalier.datasets.ImageFiles} for pictures.
 */
@NullMarked
package dev.espalier.datasets;

import org.jspecify.annotations.NullMarked;
