using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kioto.Analyzers;

/// <summary>Steps through trees of operations.</summary>
internal static class Operations
{
    /// <summary>The innermost method, local function or lambda that the operation is code of.</summary>
    internal static IMethodSymbol? Function(this IOperation operation, ISymbol containing)
    {
        for (IOperation? outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            switch (outer)
            {
                case IAnonymousFunctionOperation lambda:
                    return lambda.Symbol;
                case ILocalFunctionOperation local:
                    return local.Symbol;
            }
        }

        return containing as IMethodSymbol;
    }

    /// <summary>The body of that function.</summary>
    internal static IOperation FunctionBody(this IOperation operation)
    {
        IOperation body = operation;
        while (body.Parent is { } outer and not IAnonymousFunctionOperation and not ILocalFunctionOperation)
        {
            body = outer;
        }

        return body;
    }

    /// <summary>The whole body that the operation is in, with the lambdas of it.</summary>
    internal static IOperation Root(this IOperation operation)
    {
        IOperation root = operation;
        while (root.Parent is { } outer)
        {
            root = outer;
        }

        return root;
    }

    /// <summary>The operation and all inside it, without the bodies of nested functions.</summary>
    internal static IEnumerable<IOperation> OwnDescendants(this IOperation operation)
    {
        var rest = new Stack<IOperation>();
        rest.Push(operation);
        while (rest.Count > 0)
        {
            IOperation next = rest.Pop();
            yield return next;
            if (next != operation && next is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                continue;
            }

            foreach (IOperation child in next.ChildOperations.Reverse())
            {
                rest.Push(child);
            }
        }
    }

    internal static IOperation WithoutConversions(this IOperation operation)
    {
        while (true)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                default:
                    return operation;
            }
        }
    }

    /// <summary>What a local variable is initialized with, if nothing else is ever assigned to it.</summary>
    internal static IOperation? OnlyValue(this ILocalReferenceOperation reference)
    {
        IOperation? value = null;
        foreach (IOperation operation in reference.Root().Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when Same(declarator.Symbol):
                    value = declarator.GetVariableInitializer()?.Value;
                    break;
                case IAssignmentOperation assignment when Same(assignment.Target.Variable()):
                case IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument when Same(argument.Value.Variable()):
                    return null;
            }
        }

        return value;

        bool Same(ISymbol? symbol) => SymbolEqualityComparer.Default.Equals(symbol, reference.Local);
    }

    internal static bool Mentions(this IOperation operation, ISymbol variable)
    {
        foreach (IOperation inner in operation.DescendantsAndSelf())
        {
            if (SymbolEqualityComparer.Default.Equals(inner.Variable(), variable))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The variable that the operation reads or writes.</summary>
    internal static ISymbol? Variable(this IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation { Arguments.Length: 0 } property => property.Property,
        _ => null,
    };
}
