/**
 * Data sets: {@link dev.espalier.datasets.ImageFolder} for your own images, {@link
 * dev.espalier.datasets.Cifar100}, {@link dev.espalier.datasets.Cifar10}, and the generated {@link
 * dev.espalier.datasets.Shapes}. For single images see {@link dev.espalier.datasets.image}.
 */
@NullMarked
package dev.espalier.datasets;

import org.jspecify.annotations.NullMarked;
