using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit.Sdk;
using Xunit.v3;

namespace Kioto.Testing;

/// <summary>Runs one test as xUnit does, but for the call of the method.</summary>
internal sealed class KiotoTestRunner : XunitTestRunnerBase<KiotoTestRunner.Context, IXunitTest>
{
    internal static async ValueTask<RunSummary> Run(
        IXunitTest test,
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellation,
        ParallelMode parallelMode,
        ExecutionScheduler scheduler,
        IReadOnlyCollection<IBeforeAfterTestAttribute> attributes,
        object?[] constructorArguments,
        FixtureMappingManager fixtures)
    {
        await using Context context = new(
            test,
            explicitOption,
            messageBus,
            aggregator,
            cancellation,
            parallelMode,
            scheduler,
            attributes,
            constructorArguments,
            fixtures);
        await context.InitializeAsync();
        return await new KiotoTestRunner().Run(context);
    }

    /// <summary>The test that runs.</summary>
    internal sealed class Context(
        IXunitTest test,
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellation,
        ParallelMode parallelMode,
        ExecutionScheduler scheduler,
        IReadOnlyCollection<IBeforeAfterTestAttribute> attributes,
        object?[] constructorArguments,
        FixtureMappingManager fixtures)
        : XunitTestRunnerBaseContext<IXunitTest>(
            test,
            explicitOption,
            messageBus,
            aggregator,
            cancellation,
            parallelMode,
            scheduler,
            attributes,
            constructorArguments,
            fixtures)
    {
        protected override object? InvokeTestMethod(object? testClassInstance)
        {
            IKiotoTest options = Method.GetCustomAttributes(inherit: true).OfType<IKiotoTest>().Single();
            return KiotoTestBody.RunAsync(options, Method.ReturnType, () => base.InvokeTestMethod(testClassInstance));
        }
    }
}
