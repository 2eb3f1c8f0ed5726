-- For wrk: sends several requests at once. usage: wrk ... -s pipeline.lua URL -- COUNT
function init(args)
  batch = string.rep(wrk.format(), tonumber(args[1]))
end

function request()
  return batch
end
