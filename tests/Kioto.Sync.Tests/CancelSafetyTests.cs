using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Kioto.SyncTests;

/// <summary>Every public operation says by an attribute what cancelling it means.</summary>
public sealed class CancelSafetyTests
{
    // Ends that somebody waits for, and results that are there: nobody cancels them to go on.
    private static readonly HashSet<string> s_exempt = ["DisposeAsync", "FromResult", "FromException"];

    [Fact]
    public void EveryOperationSaysWhatCancellingItMeans()
    {
        List<string> silent = [];
        int asked = 0;
        foreach (MethodInfo method in Operations(typeof(Future).Assembly).Concat(Operations(typeof(CancelToken).Assembly)))
        {
            asked++;
            int said = Count<CancelSafeAttribute>(method) + Count<LosesPlaceAttribute>(method) + Count<NotCancelSafeAttribute>(method);
            if (said != 1)
            {
                silent.Add($"{method.DeclaringType}.{method.Name}: {said}");
            }
        }

        Assert.True(silent.Count == 0, string.Join('\n', silent));
        Assert.InRange(asked, 60, int.MaxValue);
    }

    private static IEnumerable<MethodInfo> Operations(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        from method in type.GetMethods(
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where IsFuture(method.ReturnType) && !method.IsSpecialName && !s_exempt.Contains(method.Name)
        where method.GetCustomAttribute<ObsoleteAttribute>() is null // There to be refused by the compiler.
        where !method.GetParameters().Any(static parameter => IsGivenFuture(parameter.ParameterType))
        select method;

    // What is made of other futures is as safe as they are, and says in words what it adds.
    private static bool IsGivenFuture(Type type) =>
        IsFuture(type)
        || IsOf(type, typeof(IArm<>))
        || IsOf(type, typeof(IFuture<>))
        || IsOf(type, typeof(Pinned<>))
        || IsOf(type, typeof(PollFunc<>))
        || (type.IsGenericType && type.GetGenericArguments().Any(IsGivenFuture));

    private static bool IsFuture(Type type) => type == typeof(Future) || IsOf(type, typeof(Future<>));

    private static bool IsOf(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static int Count<T>(MethodInfo method)
        where T : Attribute => method.GetCustomAttributes<T>(inherit: false).Count();
}
