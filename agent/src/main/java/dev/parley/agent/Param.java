package dev.parley.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Describes one argument of a tool to the model: a parameter of a [Tool] method, or a component of a record in it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Param {
    /// What the argument means, as told to the model.
    String value();

    /// The argument's name in JSON; empty means the Java name in `snake_case`.
    String name() default "";
}
