/**
 * Image files with labels: how they are found, split, checked and read, wherever the labels come
 * from.
 */
@NullMarked
package dev.espalier.datasets.files;

import org.jspecify.annotations.NullMarked;
