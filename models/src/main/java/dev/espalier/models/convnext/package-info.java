/** ConvNeXt: {@link dev.espalier.models.convnext.ConvNeXt} builds models. */
@NullMarked
package dev.espalier.models.convnext;

import org.jspecify.annotations.NullMarked;
