from flask import Flask, request, session, render_template

app = Flask(__name__)
app.config['SECRET_KEY'] = 'windows'

@app.route('/', methods=['GET', 'POST'])
def index():
	if request.method == 'POST':
		session['name'] = request.form['name']
	return render_template('index.html')

if __name__ == '__main__':
	app.run(debug = True)