/** Residual networks: {@link dev.espalier.models.resnet.ResNet} builds models. */
@NullMarked
package dev.espalier.models.resnet;

import org.jspecify.annotations.NullMarked;
