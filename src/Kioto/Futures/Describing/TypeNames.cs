using System;
using System.Runtime.CompilerServices;
using System.Text;

namespace Kioto;

/// <summary>Makes names of types, and of the compiler's types, readable.</summary>
internal static class TypeNames
{
    /// <summary>A type as it is written in source, without its namespace.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Such as <c>Mutex&lt;Account&gt;</c>.</returns>
    internal static string Of(Type type)
    {
        if (type == typeof(Unit))
        {
            return "void";
        }

        if (!type.IsGenericType)
        {
            return type.Name;
        }

        StringBuilder text = new(WithoutArity(type.Name));
        text.Append('<');
        Type[] arguments = type.GenericTypeArguments;
        for (int i = 0; i < arguments.Length; i++)
        {
            text.Append(i == 0 ? "" : ", ").Append(Of(arguments[i]));
        }

        return text.Append('>').ToString();
    }

    /// <summary>The method that the compiler made a state machine of.</summary>
    /// <param name="machine">The state machine's type: <c>Server+&lt;ServeAsync&gt;d__3</c>.</param>
    /// <returns>Such as <c>Server.ServeAsync</c>; the type's own name where it is not one of the compiler's.</returns>
    internal static string OfMethod(Type machine) => Method(machine.Name, machine.DeclaringType);

    /// <summary>The method of a delegate.</summary>
    /// <param name="body">The delegate.</param>
    /// <returns>Such as <c>Server.Start.lambda</c>.</returns>
    internal static string OfDelegate(Delegate body) => RuntimeFeature.IsDynamicCodeSupported
        ? Method(body.Method.Name, body.Method.DeclaringType)
        : "a delegate"; // Ahead of time its method is not kept.

    // Nested, as those of lambdas are: <<Main>b__0_1>d; of local functions: <<Main>g__Serve|0_1>d.
    private static string Method(string name, Type? declaring)
    {
        // Lambdas with captures live in classes of the compiler's: theirs is the name that matters.
        while (declaring is { DeclaringType: not null } && declaring.Name.StartsWith('<'))
        {
            declaring = declaring.DeclaringType;
        }

        string method = name;
        string suffix = "";
        while (method.StartsWith('<') && method.LastIndexOf('>') is > 0 and int end)
        {
            string rest = method[(end + 1)..];
            method = method[1..end];
            if (rest.StartsWith("b__", StringComparison.Ordinal))
            {
                suffix = ".lambda";
            }
            else if (rest.StartsWith("g__", StringComparison.Ordinal) && rest.IndexOf('|', StringComparison.Ordinal) is > 3 and int bar)
            {
                suffix = "." + rest[3..bar];
            }
        }

        return declaring is null ? method + suffix : $"{WithoutArity(declaring.Name)}.{method}{suffix}";
    }

    private static string WithoutArity(string name) =>
        name.IndexOf('`', StringComparison.Ordinal) is > 0 and int tick ? name[..tick] : name;
}
