package dev.parley.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a public method that the model may call.
///
/// Its parameters become the tool's JSON Schema (see [Toolbox] for the types they may have), its return value becomes
/// the output: a string as it is, anything else as JSON with `snake_case` names, `void` as `{"status":"done"}`. A
/// [ToolException] carries a sentence meant for the caller. Any thread may run the method, several at once.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Tool {
    /// What the tool does and when to use it, as told to the model.
    String value();

    /// The name the model calls; empty means the method's name in `snake_case`.
    String name() default "";

    /// How long one call may take, in milliseconds; 0 means the runner's default.
    long timeoutMillis() default 0;
}
