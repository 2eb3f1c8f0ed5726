#!/usr/bin/env bash
# Writes the Spawn methods of what holds tasks together (JoinSet, JoinMap, TaskScope and their relatives), which differ
# in little but words. Run it after changing a form or a word here, and read the diff before committing.
set -euo pipefail
cd "$(dirname "$0")/../src"

site=', string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0'

# form SHAPE METHOD KIND: one method. SHAPE: unit (no result), typed (the type has a T) or handle (the method has one).
form() {
  local shape=$1 method=$2 kind=$3
  local target="CurrentRuntime.Require(\"$name.$method\", _home)" priority="" generic="" extra="" extra_cref="" extra_doc=""
  local where="on the current runtime" type=T add=Add handle=AbortHandle returns=$stops result="" remarks="" fails="" losing="" summary
  case $method in
    SpawnOn) extra="RuntimeHandle runtime, " extra_cref="RuntimeHandle, " where="on another runtime, from any thread" target="CurrentRuntime.Of(runtime)" extra_doc="runtime: The runtime. $ended" ;;
    SpawnLocal) where="on the current <see cref=\"LocalSet\"/>" target="LocalTarget.Require(\"$name.$method\")" ;;
    SpawnLocalOn) extra="LocalSet local, " extra_cref="LocalSet, " where="on a <see cref=\"LocalSet\"/>, from any thread" target="LocalTarget.Of(local)" extra_doc="local: The local set.$driven" ;;
    SpawnAsync) where="on the current runtime when there is a slot for it" add=AddAsync handle="Future<AbortHandle>" losing=1
      returns="A future that is ready when $this has been started. Without a limit that is at once."
      remarks="    /// <remarks>
    /// First come, first served, with what <c>Spawn</c> has queued. Cancelling it leaves the queue: $this is not spawned.
$waiting    /// </remarks>" ;;
    SpawnBlocking) where="" ;;
    SpawnBlockingOn) extra="RuntimeHandle runtime, " extra_cref="RuntimeHandle, " target="CurrentRuntime.Of(runtime)" extra_doc="runtime: Whose blocking pool." ;;
  esac
  case $method in
    Spawn | SpawnAsync | SpawnBlocking) fails="No runtime is running on this thread, and none was where $whole was made." ;;
    SpawnLocal) fails="No LocalSet is running on this thread." ;;
  esac
  case $shape in
    unit) type=Unit; if [[ $add = Add && $void ]]; then add=AddVoid; fi ;;
    handle) generic="<T>" handle="JoinHandle<T>" returns=$joins ;;
  esac
  [[ $shape = unit ]] || result="<T>"

  local body made parameter text as=$as
  case $kind in
    func) parameter=future text="Makes the future." body="Func<Future$result>" made="Make<$type>($target, future, TaskBody.FutureFunc, " priority=1 ;;
    future) parameter=future text="The future; it must not have been awaited." body="Future$result"
      made="Make($target, $([[ $shape = unit ]] && echo "Spawner.AsUnit(future)" || echo future), " ;;
    task) parameter=task text="Starts the Task. Aborting waits for the Task: a Task can't be unwound." body="Func<Task$result>" made="Make<$type>($target, task, TaskBody.TaskFunc, " ;;
    closure) parameter=closure text="The closure. Once started it can't be aborted$closed." made="Make<$type>($target, closure, TaskBody.Closure, "
      body=$([[ $shape = unit ]] && echo Action || echo "Func<T>")
      [[ $shape = handle ]] || returns="What stops it while it is queued." ;;
    token) parameter=closure text="The closure. $told When it ends by throwing an <see cref=\"OperationCanceledException\"/> after that, it was aborted."
      made="Make<$type>($target, closure, TaskBody.TokenClosure, " as="$as, and can be told to stop" priority=-1
      body=$([[ $shape = unit ]] && echo "Action<CancellationToken>" || echo "Func<CancellationToken, T>")
      [[ $shape = handle ]] || returns="What tells it to stop." ;;
  esac

  local inherit="$method${generic:+{T\}}($extra_cref${key:+TKey, }Func{Future${result:+{T\}}}, string, string, int)"
  printf '\n'
  if [[ $kind = func || ($method = SpawnBlocking && ($shape != unit || ! $void)) ]]; then
    if [[ $kind = func ]]; then
      summary="Spawns $a $where; the delegate runs at its first poll."
    else
      summary="Runs a closure that blocks or computes for long on the current runtime's blocking pool$as."
    fi

    printf '    /// <summary>%s</summary>\n' "$summary"
    [[ ! $remarks ]] || printf '%s\n' "$remarks"
    [[ ! $generic ]] || printf '    /// <typeparam name="T">The type of the result.</typeparam>\n'
    parameters
    printf '    /// <returns>%s</returns>\n' "$returns"
    printf '    /// <exception cref="ArgumentException">The name is empty.</exception>\n'
    [[ ! $fails ]] || printf '    /// <exception cref="InvalidOperationException">%s</exception>\n' "$fails"
    [[ ! $disposed ]] || printf '    /// <exception cref="ObjectDisposedException">%s</exception>\n' "$disposed"
    [[ $method != SpawnBlocking ]] || printf '    /// <exception cref="BlockingQueueFullException">The pool is bounded and full. What a limit has queued waits for room instead.</exception>\n'
  else
    case $kind in
      closure) inherit=$([[ $shape = unit && ! $void ]] && echo Action || echo 'Func{T}') ;;
      token) inherit=$([[ $shape = unit && ! $void ]] && echo 'Action{CancellationToken}' || echo 'Func{CancellationToken, T}') ;;
    esac
    [[ $method != SpawnBlocking* ]] || inherit="SpawnBlocking${void:+{T\}}(${key:+TKey, }$inherit, string, string, int)"

    printf '    /// <inheritdoc cref="%s"/>\n' "$inherit"
    if [[ $method = SpawnBlocking ]]; then
      printf '    /// <returns>%s</returns>\n' "$returns"
    else
      parameters
    fi
  fi

  [[ ! $losing ]] || printf '    [LosesPlace]\n'
  case $priority in
    1) printf '    [OverloadResolutionPriority(1)]\n' ;;
    -1) printf '    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.\n' ;;
  esac
  printf '    public %s %s%s(\n        %s%s%s %s%s) =>\n        %s(%sSpawner.%sSpawnSite.Named(name, file, line)));\n' \
    "$handle" "$method" "$generic" "$extra" "$key" "$body" "$parameter" "$site" "$add" "${key:+key, }" "$made"
}

# What the parameters are, in their order.
parameters() {
  [[ ! $extra_doc ]] || printf '    /// <param name="%s">%s</param>\n' "${extra_doc%%: *}" "${extra_doc#*: }"
  [[ ! $key ]] || printf '    /// <param name="key">The key. A task that it has is aborted, and its result is not returned.</param>\n'
  printf '    /// <param name="%s">%s</param>\n' "$parameter" "$text"
  printf '    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>\n'
  printf '    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>\n'
  printf '    /// <param name="line">The line of the call, as well.</param>\n'
}

traps_for_tasks() {
  cat <<'EOF'

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <param name="name">A name.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public AbortHandle SpawnBlocking<TTask>(Func<TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="SpawnBlocking{TTask}(Func{TTask}, string, object)"/>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public AbortHandle SpawnBlocking<TTask>(Func<CancellationToken, TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();
EOF
}

# family FILE TYPE SHAPES METHODS: the file of a type's Spawn methods.
family() {
  local file=$1 type=$2 shapes=$3 shape method
  shift 3
  local name=${type%%<*} void="" has_trap=""
  [[ $shapes != *handle* ]] || void=1
  [[ $shapes != *unit* ]] || has_trap=1
  {
    printf 'using System;\n%susing System.Runtime.CompilerServices;\nusing System.Threading;\nusing System.Threading.Tasks;\n\nnamespace Kioto;\n\n' \
      "${has_trap:+using System.ComponentModel;
}"
    printf '/// <content>The ways to spawn. Written by eng/spawns.sh.</content>\npublic sealed partial class %s\n{' "$type"
    for method in "$@"; do
      for shape in $shapes; do
        case $method in
          SpawnBlocking*) form "$shape" "$method" closure ;;
          SpawnAsync) [[ $shape = handle ]] || { form "$shape" "$method" func; form "$shape" "$method" future; form "$shape" "$method" task; } ;;
          *) form "$shape" "$method" func; form "$shape" "$method" future; form "$shape" "$method" task ;;
        esac
      done
      [[ $method != SpawnBlocking* ]] || for shape in $shapes; do form "$shape" "$method" token; done
    done
    [[ ! $has_trap ]] || traps_for_tasks
    printf '}\n'
  } | sed -z 's/{\n\n/{\n/' > "$file"
}

# What the words are where a type holds "tasks of the set" or the like. set NOUN
set_words() {
  whole="the $1" a="a task of the $1" this="the task" stops="What stops the task." joins="" key="" as="" driven="" waiting=""
  ended="One that has ended gives a result that is aborted." disposed="The $1 was disposed."
  closed=", and disposing the $1 waits for it"
  told="Its token is cancelled when it is aborted, as by disposing the $1, and by the runtime's shutdown."
}

set_words set
family Kioto/Tasks/JoinSet.Spawn.cs JoinSet unit Spawn SpawnOn SpawnLocal SpawnLocalOn SpawnAsync SpawnBlocking SpawnBlockingOn
family 'Kioto/Tasks/JoinSet.Spawn{T}.cs' 'JoinSet<T>' typed Spawn SpawnOn SpawnLocal SpawnLocalOn SpawnAsync SpawnBlocking SpawnBlockingOn
set_words queue
family 'Kioto.Extensions/Tasks/JoinQueue.Spawn{T}.cs' 'JoinQueue<T>' typed Spawn SpawnOn SpawnLocal SpawnLocalOn SpawnBlocking SpawnBlockingOn
set_words map
a="a task under a key" key="TKey key, " as=", under a key"
family 'Kioto.Extensions/Tasks/JoinMap.Spawn{TKey,T}.cs' 'JoinMap<TKey, T>' typed Spawn SpawnOn SpawnLocal SpawnLocalOn SpawnBlocking SpawnBlockingOn

whole="the scope" a="a child" this="the child" stops="What stops the child." joins="The child's handle: await it for the result." key="" as=", as a child"
ended="On one that has ended the child is aborted at once." disposed="The scope has ended."
driven=" Somebody must drive it, else the child never ends." closed=", and the end of the scope waits for it"
told="Its token is cancelled when it, or the scope, is aborted, as by another child's failure, and by the runtime's shutdown."
waiting="    /// A child that waits here while it holds the last slot waits for itself: let it use <c>Spawn</c>.
"
family Kioto/Tasks/TaskScope.Spawn.cs TaskScope "handle unit" Spawn SpawnOn SpawnLocal SpawnLocalOn SpawnAsync SpawnBlocking

whole="the tracker" a="a task" this="the task" stops="What stops the task." joins="The task's handle." as="" driven="" waiting="" closed=""
ended="On one that has ended the task is aborted at once." disposed=""
told="Its token is cancelled when it is aborted, and by the runtime's shutdown."
family Kioto.Extensions/Tasks/TaskTracker.Spawn.cs TaskTracker "handle unit" Spawn SpawnOn SpawnLocal SpawnLocalOn SpawnBlocking
