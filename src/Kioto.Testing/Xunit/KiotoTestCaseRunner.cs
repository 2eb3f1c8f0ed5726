using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Xunit.Sdk;
using Xunit.v3;

namespace Kioto.Testing;

/// <summary>Runs the tests of a case as xUnit does, but for the call of the method.</summary>
internal sealed class KiotoTestCaseRunner : XunitTestCaseRunnerBase<KiotoTestCaseRunner.Context, IXunitTestCase, IXunitTest>
{
    internal static async ValueTask<RunSummary> Run(
        IXunitTestCase testCase,
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        object?[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellation,
        ParallelMode parallelMode,
        ExecutionScheduler scheduler,
        FixtureMappingManager fixtures)
    {
        IReadOnlyCollection<IXunitTest> tests = await aggregator.RunAsync(testCase.CreateTests, []);
        if (aggregator.ToException() is { } failure)
        {
            return XunitRunnerHelper.FailTestCases(
                messageBus, cancellation, [testCase], failure, sendTestCaseMessages: true);
        }

        await using Context context = new(
            testCase,
            tests,
            explicitOption,
            messageBus,
            aggregator,
            testCase.TestCaseDisplayName,
            testCase.SkipReason,
            cancellation,
            parallelMode,
            scheduler,
            constructorArguments,
            fixtures);
        await context.InitializeAsync();
        return await new KiotoTestCaseRunner().Run(context);
    }

    /// <summary>The case that runs.</summary>
    internal sealed class Context(
        IXunitTestCase testCase,
        IReadOnlyCollection<IXunitTest> tests,
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        ExceptionAggregator aggregator,
        string displayName,
        string? skipReason,
        CancellationTokenSource cancellation,
        ParallelMode parallelMode,
        ExecutionScheduler scheduler,
        object?[] constructorArguments,
        FixtureMappingManager fixtures)
        : XunitTestCaseRunnerBaseContext<IXunitTestCase, IXunitTest>(
            testCase,
            tests,
            explicitOption,
            messageBus,
            aggregator,
            displayName,
            skipReason,
            cancellation,
            parallelMode,
            scheduler,
            constructorArguments,
            fixtures)
    {
        public override ValueTask<RunSummary> RunTest(IXunitTest test) =>
            KiotoTestRunner.Run(
                test,
                ExplicitOption,
                MessageBus,
                Aggregator.Clone(),
                CancellationTokenSource,
                ParallelMode,
                Scheduler,
                BeforeAfterTestAttributes,
                ConstructorArguments,
                CaseFixtureMappings);
    }
}
