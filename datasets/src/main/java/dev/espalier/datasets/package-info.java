/**
 * Data sets: {@link dev.espalier.datasets.folder.ImageFolder} for your own images, {@link
 * dev.espalier.datasets.cifar.Cifar100}, {@link dev.espalier.datasets.cifar.Cifar10}, and the
 * generated {@link dev.espalier.datasets.shapes.Shapes}. For single images see {@link
 * dev.espalier.datasets.image}.
 */
@NullMarked
package dev.espalier.datasets;

import org.jspecify.annotations.NullMarked;
