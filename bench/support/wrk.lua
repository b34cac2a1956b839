-- What wrk sends: the text in BODY_FILE as an AdmissionReview. It counts what was not answered with 200.
local file = assert(io.open(os.getenv("BODY_FILE"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["content-type"] = "application/json"
file:close()
